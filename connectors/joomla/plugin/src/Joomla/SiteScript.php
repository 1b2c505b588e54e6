<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Application\CMSApplication;
use Joomla\CMS\Document\HtmlDocument;
use Joomla\CMS\WebAsset\WebAssetManager;
use Leadbridge\Plugin\System\Leadbridge\Settings;

/** The script for page visits and embedded forms, from this site's own media folder. */
final class SiteScript
{
    private const NAME = 'plg_system_leadbridge.site';
    private const FILE = 'media/plg_system_leadbridge/site.js';
    private const STYLE = 'media/plg_system_leadbridge/forms.css';

    public function __construct(private readonly CMSApplication $app, private readonly Settings $settings)
    {
    }

    /** Puts the script on this page; once, however often it is asked for. */
    public function add(): void
    {
        if ($this->settings->bridgeUrl !== '') {
            $this->assets()?->registerAndUseScript(
                self::NAME,
                self::FILE,
                ['version' => 'auto'],
                ['defer' => true, 'data-bridge' => $this->settings->bridgeUrl]
                    + ($this->settings->visits ? [] : ['data-visits' => 'off'])
            );
        }
    }

    /** The script, and a plain look for the forms that it puts into the page. */
    public function addWithForms(): void
    {
        $this->add();
        $this->assets()?->registerAndUseStyle(self::NAME, self::STYLE, ['version' => 'auto']);
    }

    /** Null when this is no page. */
    private function assets(): ?WebAssetManager
    {
        $document = $this->app->getDocument();

        return $document instanceof HtmlDocument ? $document->getWebAssetManager() : null;
    }
}
