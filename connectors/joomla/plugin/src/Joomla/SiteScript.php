<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Application\CMSApplication;
use Leadbridge\Plugin\System\Leadbridge\Settings;

/** The script for page visits and embedded forms, from this site's own media folder. */
final class SiteScript
{
    private const NAME = 'plg_system_leadbridge.site';
    private const FILE = 'media/plg_system_leadbridge/site.js';

    public function __construct(private readonly CMSApplication $app, private readonly Settings $settings)
    {
    }

    /** Puts the script on this page; once, however often it is asked for. */
    public function add(): void
    {
        $document = $this->app->getDocument();

        if (!$document || $document->getType() !== 'html' || $this->settings->bridgeUrl === '') {
            return;
        }

        $document->getWebAssetManager()->registerAndUseScript(
            self::NAME,
            self::FILE,
            ['version' => 'auto'],
            ['defer' => true, 'data-bridge' => $this->settings->bridgeUrl]
                + ($this->settings->visits ? [] : ['data-visits' => 'off'])
        );
    }
}
