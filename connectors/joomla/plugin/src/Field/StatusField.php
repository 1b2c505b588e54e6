<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Field;

\defined('_JEXEC') or die;

use Joomla\CMS\Factory;
use Joomla\CMS\Form\FormField;
use Joomla\CMS\Language\Text;
use Joomla\CMS\Plugin\PluginHelper;
use Joomla\CMS\Session\Session;
use Joomla\Database\DatabaseInterface;
use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Log;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Panel;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Wiring;

/** Shows how the connection is doing, with buttons. */
final class StatusField extends FormField
{
    protected $type = 'Status';

    protected function getInput()
    {
        try {
            $state = new Panel($this->wiring());
            $panel = $state->html();
            self::warn($state->warnings());
        } catch (\Throwable $failure) {
            Log::failure('status', $failure);
            $panel = '<p>' . Panel::escape(Text::_('PLG_SYSTEM_LEADBRIDGE_NO_STATUS')) . '</p>';
        }

        $this->addAssets();

        return '<div id="leadbridge-status" class="leadbridge-status" data-token="' . Session::getFormToken() . '"'
            . ' data-trouble="' . Panel::escape(Text::_('PLG_SYSTEM_LEADBRIDGE_NO_STATUS')) . '">' . $panel . '</div>';
    }

    /** @param  list<string>  $warnings  plain text */
    private static function warn(array $warnings): void
    {
        foreach ($warnings as $warning) {
            Factory::getApplication()->enqueueMessage(Panel::escape($warning), 'warning');
        }
    }

    private function wiring(): Wiring
    {
        $plugin = PluginHelper::getPlugin('system', 'leadbridge');
        $params = $plugin->params ?? json_encode($this->form->getData()->get('params'));

        return new Wiring(
            new Registry($params),
            Factory::getContainer()->get(DatabaseInterface::class),
            Factory::getApplication()->getConfig()
        );
    }

    private function addAssets(): void
    {
        $assets = Factory::getApplication()->getDocument()->getWebAssetManager();
        $folder = 'media/plg_system_leadbridge/';
        $assets->registerAndUseStyle('plg_system_leadbridge.admin', $folder . 'admin.css', ['version' => 'auto']);
        $assets->registerAndUseScript(
            'plg_system_leadbridge.admin',
            $folder . 'admin.js',
            ['version' => 'auto'],
            ['defer' => true],
            ['core']
        );
    }
}
